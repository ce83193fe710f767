// Files that go with the next message: chosen, checked, and sent as transfers when the message is.

import { useState } from "react";
import { chat } from "@/host";
import { formatBytes } from "@/shared/lib/format";

/** As the backend bounds them. */
const MOST = 4;
const LARGEST = 128 * 1024;
const LONGEST_NAME = 80;

/** A file that was chosen. */
export interface Attachment {
  name: string;
  content: Uint8Array;
}

/** What is wrong with a file; null where nothing is. */
function refusal(name: string, content: Uint8Array): string | null {
  if (content.length === 0) return `${name} is empty.`;
  if (content.length > LARGEST) {
    return `${name} has ${formatBytes(content.length)}. A file beside a message may have ${formatBytes(LARGEST)}. Add it in Knowledge instead, where agents search it.`;
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    return text.includes("\0") ? notText(name) : null;
  } catch {
    return notText(name);
  }
}

const notText = (name: string) =>
  `${name} is not a text file. Attach plain text, Markdown, code or data as text.`;

/** The files beside the message that is being written. */
export function useAttachments() {
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const add = async (chosen: Iterable<File>) => {
    setProblem(null);
    const good: Attachment[] = [];
    for (const file of chosen) {
      const name = file.name.slice(-LONGEST_NAME);
      const content = new Uint8Array(await file.arrayBuffer());
      const wrong = refusal(name, content);
      if (wrong === null) good.push({ name, content });
      else setProblem(wrong);
    }
    setFiles((known) => [...known, ...good].slice(0, MOST));
    if (files.length + good.length > MOST) setProblem(`${MOST} files go with one message at most.`);
  };
  const remove = (index: number) => setFiles((known) => known.filter((_, at) => at !== index));
  const clear = () => {
    setFiles([]);
    setProblem(null);
  };
  /** Sends the contents. Gives what the message names them by. */
  const send = () =>
    Promise.all(
      files.map(async ({ name, content }) => ({ transfer: await chat.sendContent(content), name })),
    );
  return { files, problem, add, remove, clear, send };
}
