// A model server that writes at a pace: OpenAI-compatible, on loopback, the same words again and again.

import { createServer } from "node:http";

/** Pieces go out in bursts of so many milliseconds, as they come over a network. */
const BURST_MS = 25;

/**
 * Starts it.
 * @param {number} perSecond Tokens a second of each answer.
 * @param {number} seconds How long an answer is written.
 */
export async function startPaced(perSecond, seconds) {
  const server = createServer((request, response) => {
    if (request.url?.endsWith("/models")) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "list", data: [{ id: "paced", object: "model" }] }));
      return;
    }
    request.resume();
    request.on("end", () => write(response, perSecond, seconds));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Words of a report: sentences, headings, lists and code, so that the window has to set them. */
const WORDS = [
  "## What follows\n\n",
  "Every result is on record before anything acts on it, and whoever comes back finds it there. ".repeat(3),
  "\n\n- One **thing** at a time\n- and `no` other, because order is what people rely on\n\n",
  "Nothing is acknowledged before it is on disk; what was in flight is asked for once more. ".repeat(4),
  "\n\n```js\nconst kept = await commit(events);\nreturn kept.position;\n```\n\n",
  "| step | state |\n| --- | --- |\n| first | done |\n| second | at work |\n\n",
  "A person who reads along sees the end of the text, and moves up when they like. ".repeat(2),
  "\n\n",
]
  .join("")
  .split(/(?<=\s)/);

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} perSecond
 * @param {number} seconds
 */
function write(response, perSecond, seconds) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const all = perSecond * seconds;
  const began = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(all, Math.floor(((performance.now() - began) / 1000) * perSecond));
    let burst = "";
    for (; written < due; written += 1) burst += piece({ content: WORDS[written % WORDS.length] });
    if (written === all) {
      clearInterval(timer);
      const usage = { prompt_tokens: 100, completion_tokens: all, total_tokens: all + 100 };
      response.end(`${burst}${piece({}, "stop")}${chunk({ choices: [], usage })}data: [DONE]\n\n`);
    } else if (burst !== "") {
      response.write(burst);
    }
  }, BURST_MS);
  response.on("close", () => clearInterval(timer));
}

/** @param {object} delta @param {string | null} [reason] */
const piece = (delta, reason = null) =>
  chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });

/** @param {object} rest */
const chunk = (rest) =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "paced", ...rest })}\n\n`;
