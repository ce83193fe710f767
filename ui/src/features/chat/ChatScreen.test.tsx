import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type {
  ConversationDetail,
  GetConversation,
  MessageView,
  SendMessage,
  SentMessage,
} from "@/bindings/bindings";
import { applyConversations } from "@/host/conversations";
import { homeDraft } from "@/shared/lib/homeDraft";
import {
  messageOf,
  useAgentStore,
  useChatStore,
  useConnectionStore,
  useStreamStore,
} from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aConversation, aMessage, anAgent, aReply, aServer, NOON } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores, workOn } from "@/test/renderScreen";
import { ChatScreen } from "./ChatScreen";

const CREATOR = anAgent({ id: 2, name: "Creator", kind: "creator", role: "Researcher" });
const CONVERSATION = aConversation();
const ASKED = aMessage();
const REPLIED: MessageView = aMessage({
  uid: "0192dddd-0000-7000-8000-000000000011",
  parent: ASKED.uid,
  author: "agent",
  text: "Choose a copy in Settings.\n\n```sh\nls backups\n```",
  reply: aReply(),
});
const REPLYING: MessageView = {
  ...REPLIED,
  text: "",
  reply: aReply({ status: "running", ended_at: null, model: null }),
};
const OPEN = `/chat/${CONVERSATION.uid}`;

const sentOf = (request: SendMessage): SentMessage => ({
  conversation: CONVERSATION,
  message: aMessage({ uid: "0192dddd-0000-7000-8000-000000000020", text: request.text }),
  reply: { ...REPLYING, uid: "0192dddd-0000-7000-8000-000000000021" },
});

function open(address: string, messages: MessageView[] = [ASKED, REPLIED], answers: Answers = {}) {
  useAgentStore.setState({ agents: [CREATOR] });
  answerWith({
    listConversations: () => ({ conversations: [CONVERSATION], more: false }),
    getConversation: () => ({ conversation: CONVERSATION, messages, more: false }),
    ...answers,
  });
  return renderScreen(address, {
    "/chat": ChatScreen,
    "/chat/$uid": ChatScreen,
    "/agents": () => <p>Everybody</p>,
    "/": () => <p>Home</p>,
  });
}

const field = () => screen.findByRole("textbox", { name: "Message to Creator" });

beforeEach(() => {
  resetStores();
  localStorage.clear();
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
});

describe("a conversation", () => {
  it("shows what was said, with code to copy and what it took", async () => {
    const { container } = await open(OPEN);
    const reply = await screen.findByRole("article", { name: "Creator replied" });
    expect(within(reply).getByText("Choose a copy in Settings.")).toBeVisible();
    expect(within(reply).getByRole("button", { name: "Copy: code" })).toBeVisible();
    expect(within(reply).getByText(/rehearsal, a rule-based stand-in · 30 s/)).toBeVisible();
    expect(screen.getByRole("heading", { name: CONVERSATION.title })).toBeVisible();
    expect(useChatStore.getState().getMessages(2)).toHaveLength(2);
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("sends with Enter, makes a line with Shift and Enter, and follows the last reply", async () => {
    const send = vi.fn(sentOf);
    await open(OPEN, undefined, { sendMessage: send });
    const user = userEvent.setup();
    await screen.findByRole("article", { name: "Creator replied" });
    await user.type(await field(), "And then?{Shift>}{Enter}{/Shift}Where?{Enter}");
    await waitFor(() => expect(send).toHaveBeenCalledOnce());
    expect(send.mock.calls[0]?.[0]).toMatchObject({
      conversation: CONVERSATION.uid,
      parent: REPLIED.uid,
      text: "And then?\nWhere?",
      files: [],
    });
    expect(await field()).toHaveValue("");
    expect(await screen.findByText("Thinking")).toBeVisible();
  });

  it("repeats the same wish where there was no answer, and keeps what was written", async () => {
    const down = {
      code: "unavailable",
      message: "The disk is full.",
      details: { field: null, next_step: "Make room." },
    };
    const send = vi.fn<(request: SendMessage) => SentMessage>(() => {
      throw down;
    });
    const { unmount } = await open(OPEN, undefined, { sendMessage: send });
    const user = userEvent.setup();
    await user.type(await field(), "Hello{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("The disk is full. Make room.");
    await user.click(screen.getByRole("button", { name: "Send" }));
    await waitFor(() => expect(send).toHaveBeenCalledTimes(2));
    const [first, second] = send.mock.calls.map(([request]) => request.request_key);
    expect(first).toBe(second);
    unmount();
    await open(OPEN);
    expect(await field()).toHaveValue("Hello");
  });

  it("streams, tells that the agent writes, and stops with Esc", async () => {
    const stop = vi.fn(() => REPLYING);
    const replying = { ...CONVERSATION, replying: true };
    await open(OPEN, [ASKED, REPLYING], {
      getConversation: () => ({
        conversation: replying,
        messages: [ASKED, REPLYING],
        more: false,
      }),
      stopReply: stop,
    });
    expect(await screen.findByText("Thinking")).toBeVisible();
    expect(useChatStore.getState().isAgentTyping(2)).toBe(true);
    act(() => {
      useStreamStore.getState().append([{ task_id: 400, attempt: 1, offset: 0, text: "It was " }]);
    });
    expect(await screen.findByText("It was")).toBeVisible();
    await userEvent.setup().type(await field(), "{Escape}");
    await waitFor(() => expect(stop).toHaveBeenCalledOnce());
    expect(screen.getByRole("button", { name: "Stop" })).toBeVisible();
  });

  it("says what was stopped and what failed, with a next step", async () => {
    const regenerate = vi.fn(() => sentOf({ text: "" } as SendMessage));
    const stopped = { ...REPLIED, text: "It was", reply: aReply({ status: "cancelled" }) };
    const { unmount } = await open(OPEN, [ASKED, stopped]);
    expect(await screen.findByText("You stopped it here.")).toBeVisible();
    unmount();
    const failure = {
      code: "model_unavailable" as const,
      message: "The model broke off.",
      next_step: "Choose another model.",
      retryable: false,
      retry_after_ms: null,
    };
    await open(
      OPEN,
      [ASKED, { ...REPLIED, text: "", reply: aReply({ status: "failed", failure }) }],
      {
        regenerateReply: regenerate,
      },
    );
    expect(await screen.findByRole("alert")).toHaveTextContent("The model broke off.");
    await userEvent.setup().click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(regenerate).toHaveBeenCalledOnce());
  });

  it("walks between replies and says a message otherwise", async () => {
    const other = "0192dddd-0000-7000-8000-000000000012";
    const choose = vi.fn(() => CONVERSATION);
    const edit = vi.fn(() => sentOf({ text: "" } as SendMessage));
    await open(OPEN, [ASKED, { ...REPLIED, siblings: [other, REPLIED.uid] }], {
      chooseBranch: choose,
      editMessage: edit,
    });
    const user = userEvent.setup();
    expect(await screen.findByRole("group", { name: "reply, 2 of 2" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Next reply" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Previous reply" }));
    await waitFor(() =>
      expect(choose).toHaveBeenCalledWith(expect.objectContaining({ uid: other })),
    );
    await user.click(screen.getByRole("button", { name: "Say it otherwise" }));
    const words = screen.getByRole("textbox", { name: "Your message in other words" });
    await user.clear(words);
    await user.type(words, "How do I restore?{Enter}");
    await waitFor(() =>
      expect(edit).toHaveBeenCalledWith(
        expect.objectContaining({ uid: ASKED.uid, text: "How do I restore?" }),
      ),
    );
  });

  it("makes a workflow of a message, with the conversation where that is wanted", async () => {
    const { address } = await open(OPEN);
    const user = userEvent.setup();
    const reply = await screen.findByRole("article", { name: "Creator replied" });
    await user.click(within(reply).getByRole("button", { name: "Make a workflow of it" }));
    await user.click(await screen.findByRole("menuitem", { name: /With the conversation/ }));
    await waitFor(() => expect(address()).toBe("/"));
    expect(homeDraft()?.task).toContain("Choose a copy in Settings.");
    expect(homeDraft()?.task).toContain("Me: How are backups restored?");
    expect(homeDraft()?.madeOf).toBe(REPLIED.uid);
  });

  it("takes the operator's own message as their own words", async () => {
    const { address } = await open(OPEN);
    const user = userEvent.setup();
    const said = await screen.findByRole("article", { name: "You said" });
    await user.click(within(said).getByRole("button", { name: "Make a workflow of it" }));
    await user.click(await screen.findByRole("menuitem", { name: /This message/ }));
    await waitFor(() => expect(address()).toBe("/"));
    expect(homeDraft()).toEqual({ task: ASKED.text, madeOf: null });
  });

  it("takes text files and says why others are not taken", async () => {
    const parts: string[] = [];
    const send = vi.fn(sentOf);
    const transfer = "0192dddd-0000-7000-8000-0000000000ff";
    const view = { uid: transfer, bytes: 5, received: 5, part_bytes: 262_144, whole: true };
    await open(OPEN, undefined, {
      beginTransfer: () => view,
      writeTransferPart: ({ content }) => {
        parts.push(content);
        return view;
      },
      finishTransfer: () => view,
      sendMessage: send,
    });
    const user = userEvent.setup();
    await field();
    const chooser = screen.getByLabelText("Files to attach");
    await user.upload(chooser, new File([new Uint8Array([0x89, 0x50, 0])], "picture.png"));
    expect(await screen.findByRole("alert")).toHaveTextContent("picture.png is not a text file.");
    await user.upload(chooser, new File(["hello"], "notes.txt"));
    const files = await screen.findByRole("list", { name: "Files to send" });
    expect(files).toHaveTextContent("notes.txt5 bytes");
    await user.type(await field(), "Read it{Enter}");
    await waitFor(() => expect(send).toHaveBeenCalledOnce());
    expect(send.mock.calls[0]?.[0].files).toEqual([{ transfer, name: "notes.txt" }]);
    expect(parts).toEqual(["aGVsbG8="]);
  });

  it("follows frames while it is shown", async () => {
    await open(OPEN, [ASKED, REPLYING]);
    await screen.findByText("Thinking");
    const frame = { kind: "changes", messages: [REPLIED], conversations: [], events: [] };
    act(() => applyConversations([frame as never]));
    expect(await screen.findByText("Choose a copy in Settings.")).toBeVisible();
  });

  it("says why nothing can be sent while the server is away", async () => {
    workOn(aServer());
    await open(OPEN);
    await field();
    act(() => {
      const { status } = useConnectionStore.getState();
      const lost = { ...status, state: "reconnecting" as const, connected: false };
      useConnectionStore.setState({ status: { ...lost, lastContactAt: NOON } });
    });
    expect(
      await screen.findByText(/Studio can't be reached now, so nothing can be sent/),
    ).toBeVisible();
    expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
  });
});

describe("beginning", () => {
  it("asks whom to talk to, and offers three questions that suit the agent", async () => {
    const send = vi.fn(sentOf);
    const { container, address } = await open("/chat", undefined, { sendMessage: send });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("link", { name: /Creator\s*Researcher/ }));
    expect(await screen.findByRole("heading", { name: "Talk to Creator" })).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
    const examples = screen.getAllByRole("button", { name: /\?$/ });
    expect(examples).toHaveLength(3);
    await user.click(examples[0] as HTMLElement);
    expect(await field()).toHaveValue("What does the handbook say about backups?");
    await user.type(await field(), "{Enter}");
    await waitFor(() => expect(address()).toBe(OPEN));
    expect(send.mock.calls[0]?.[0]).toMatchObject({ conversation: null, agent: 2, parent: null });
  });

  it("finds what was said", async () => {
    await open("/chat", undefined, {
      searchMessages: ({ query }) => [
        {
          conversation: CONVERSATION.uid,
          title: CONVERSATION.title,
          message: REPLIED.uid,
          author: "agent",
          agent_id: 2,
          agent_name: "Creator",
          created_at: NOON,
          excerpt: `…about ${query}…`,
        },
      ],
    });
    const search = screen.getByRole("searchbox", { name: "Search what was said" });
    await userEvent.setup().type(search, "copies");
    const found = await screen.findByRole("list", { name: "Found messages" });
    expect(found).toHaveTextContent("…about copies…");
    expect(within(found).getByRole("link")).toHaveAttribute(
      "href",
      `${OPEN}?message=${REPLIED.uid}&words=copies`,
    );
  });

  it("shows nothing of another conversation with the same agent", async () => {
    const stranger = aMessage({
      conversation: "0192dddd-0000-7000-8000-000000000002",
      text: "Elsewhere",
    });
    useChatStore.getState().setMessages(2, [messageOf(2, stranger)]);
    await open(OPEN);
    await screen.findByRole("article", { name: "Creator replied" });
    expect(screen.queryByText("Elsewhere")).toBeNull();
  });
});

/** A conversation of twelve messages, of which a request gets four. */
const LONG = Array.from({ length: 12 }, (_, number) =>
  aMessage({
    uid: `0192dddd-0000-7000-8000-0000000001${String(number).padStart(2, "0")}`,
    parent: number === 0 ? null : "0192dddd-0000-7000-8000-000000000100",
    text: `Message ${number}`,
    ...(number % 2 === 1 ? { author: "agent" as const, reply: aReply() } : {}),
  }),
);
const END = LONG[11]?.uid ?? "";

function partOf({ before, after, around }: GetConversation): ConversationDetail {
  const at = (uid: string | null | undefined) => LONG.findIndex((message) => message.uid === uid);
  const [from, to] = before
    ? [at(before) - 4, at(before)]
    : after
      ? [at(after) + 1, at(after) + 5]
      : at(around) < 0
        ? [8, 12]
        : [at(around) - 2, at(around) + 2];
  return {
    conversation: CONVERSATION,
    messages: LONG.slice(Math.max(from, 0), to),
    more: from > 0,
    newer: to < LONG.length,
    end: END,
  };
}

describe("a long conversation", () => {
  const said = () => screen.getAllByText(/^Message \d+$/).map((each) => each.textContent);

  it("begins at its end and reads older messages as their edge comes near", async () => {
    const get = vi.fn(partOf);
    await open(OPEN, [], { getConversation: get });
    await screen.findByText("Message 11");
    expect(said()).toEqual(["Message 8", "Message 9", "Message 10", "Message 11"]);
    const box = screen.getByRole("region", { name: "Messages" });
    expect(within(box).getByRole("log", { name: "Conversation with Creator" })).toHaveAttribute(
      "aria-live",
      "polite",
    );
    // Nothing is laid out here, so the edge stays near until there is no more.
    box.getBoundingClientRect = () => new DOMRect(0, 0, 800, 600);
    fireEvent.scroll(box);
    await screen.findByText("Message 0");
    expect(said()).toEqual(LONG.map(({ text }) => text));
    expect(get.mock.calls.map(([request]) => request.before)).toEqual([
      undefined,
      LONG[8]?.uid,
      LONG[4]?.uid,
    ]);
  });

  it("goes to a message that was found, marks it, and reads on from there", async () => {
    const get = vi.fn(partOf);
    const { container } = await open(`${OPEN}?message=${LONG[3]?.uid}&words=message`, [], {
      getConversation: get,
    });
    await screen.findByText("Message 3");
    expect(get).toHaveBeenCalledOnce();
    expect(said()).toEqual(["Message 1", "Message 2", "Message 3", "Message 4"]);
    const item = screen.getByText("Message 3").closest("[data-message]");
    await waitFor(() => expect(item).toHaveFocus());
    expect(item).toHaveClass("outline-accent");
    expect(screen.getByRole("log")).toHaveAttribute("aria-live", "off");
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Later messages" }));
    await screen.findByText("Message 8");
    await userEvent.click(screen.getByRole("button", { name: "Newest" }));
    await screen.findByText("Message 11");
    expect(said()).toEqual(["Message 8", "Message 9", "Message 10", "Message 11"]);
    expect(screen.queryByRole("button", { name: "Newest" })).toBeNull();
  });

  it("follows the newest reply with what is said, also from further up", async () => {
    const send = vi.fn(sentOf);
    await open(`${OPEN}?message=${LONG[3]?.uid}`, [], {
      getConversation: partOf,
      sendMessage: send,
    });
    await screen.findByText("Message 3");
    await userEvent.type(await field(), "On{Enter}");
    await waitFor(() => expect(send).toHaveBeenCalledOnce());
    expect(send.mock.calls[0]?.[0].parent).toBe(END);
    expect(await screen.findByText("Message 11")).toBeVisible();
    expect(screen.queryByText("Message 3")).toBeNull();
  });

  it("chooses the branch of a message that was found, and goes back to it when it is found again", async () => {
    let chosen = false;
    const choose = vi.fn(() => {
      chosen = true;
      return CONVERSATION;
    });
    const scroll = vi.fn();
    Element.prototype.scrollIntoView = scroll;
    const { go } = await open(`${OPEN}?message=${LONG[3]?.uid}&words=three`, [], {
      getConversation: (request) =>
        partOf(chosen || request.around == null ? request : { ...request, around: "elsewhere" }),
      chooseBranch: choose,
    });
    expect(await screen.findByText("Message 3")).toBeVisible();
    expect(choose).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ uid: LONG[3]?.uid }));
    await waitFor(() => expect(scroll).toHaveBeenCalledOnce());
    act(() => go(`${OPEN}?message=${LONG[3]?.uid}&words=three`));
    await waitFor(() => expect(scroll).toHaveBeenCalledTimes(2));
    expect(choose).toHaveBeenCalledOnce();
  });

  it("says so where the message is not there any more", async () => {
    await open(`${OPEN}?message=0192dddd-0000-7000-8000-000000000999`, [], {
      getConversation: partOf,
      chooseBranch: () => {
        throw {
          code: "not_found",
          message: "There is no such message.",
          details: { field: null, next_step: null },
        };
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such message.");
    expect(screen.getByText("Message 11")).toBeVisible();
  });

  it("is walked from the search field with the keys", async () => {
    const found = [3, 5].map((number) => ({
      conversation: CONVERSATION.uid,
      title: CONVERSATION.title,
      message: LONG[number]?.uid ?? "",
      author: "agent" as const,
      agent_id: 2,
      agent_name: "Creator",
      created_at: NOON,
      excerpt: `Message ${number}`,
    }));
    const { address } = await open("/chat", [], {
      getConversation: partOf,
      searchMessages: () => found,
    });
    const user = userEvent.setup();
    await user.type(screen.getByRole("searchbox", { name: "Search what was said" }), "message");
    const list = await screen.findByRole("list", { name: "Found messages" });
    await user.keyboard("{ArrowDown}");
    const [first, second] = within(list).getAllByRole("link");
    expect(first).toHaveFocus();
    await user.keyboard("jj");
    expect(second).toHaveFocus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(address()).toContain(`message=${LONG[5]?.uid}`));
    await waitFor(() =>
      expect(within(screen.getByRole("log")).getByText("Message 5")).toBeVisible(),
    );
  });
});

describe("where a reply comes from", () => {
  it("is said in words, and what stays here is marked", async () => {
    const reply = aReply({
      has_read: ["web", "conversation"],
      stays_here: [{ source: "0192eeee-0000-7000-8000-000000000001", name: "secret" }],
    });
    await open(OPEN, [ASKED, { ...REPLIED, reply }]);
    const from = await screen.findByRole("list", { name: "Where it comes from" });
    expect(
      within(from)
        .getAllByRole("listitem")
        .map((each) => each.textContent),
    ).toEqual(["From the web", "Stays here"]);
    expect(within(from).getByTitle(/“secret”/)).toBeVisible();
  });
});

describe("the whole of it", () => {
  it("is renamed and removed, naming what is lost", async () => {
    const rename = vi.fn(() => CONVERSATION);
    const remove = vi.fn(() => ({ removed: true }));
    const { address } = await open(OPEN, undefined, {
      renameConversation: rename,
      removeConversation: remove,
    });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Rename" }));
    const title = await screen.findByRole("textbox", { name: "Title" });
    await user.clear(title);
    await user.type(title, "Copies{Enter}");
    await waitFor(() =>
      expect(rename).toHaveBeenCalledWith(expect.objectContaining({ title: "Copies" })),
    );
    await user.click(await screen.findByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Remove" }));
    expect(await screen.findByRole("dialog")).toHaveTextContent("1 message of yours");
    await user.click(screen.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(address()).toBe("/chat"));
    expect(remove).toHaveBeenCalledOnce();
  });
});
