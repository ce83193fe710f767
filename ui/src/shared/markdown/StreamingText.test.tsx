import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StreamingText } from "./StreamingText";

/** Gives every element a height that depends on its text, and the frame a scrolling view of 100 px. */
function layOut(heightOf: (element: HTMLElement) => number) {
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (
    this: HTMLElement,
  ) {
    return Math.max(heightOf(this), Number.parseFloat(this.style.minHeight || "0"));
  });
}

function Frame({ text, streaming = true }: { text: string; streaming?: boolean }) {
  return (
    <div data-testid="view" style={{ overflowY: "auto" }}>
      <StreamingText text={text} streaming={streaming} />
    </div>
  );
}

function box(): HTMLElement {
  return screen.getByTestId("view").firstElementChild as HTMLElement;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("StreamingText", () => {
  it("never becomes lower while text comes, even where Markdown takes fewer lines", () => {
    layOut((element) => (element.textContent?.includes("|") ? 90 : 60));
    const { rerender } = render(<Frame text="| a | b" />);
    act(() => vi.advanceTimersByTime(300));
    expect(box().style.minHeight).toBe("90px");
    rerender(<Frame text={"| a | b |\n| - | - |\n"} />);
    act(() => vi.advanceTimersByTime(300));
    expect(screen.getByRole("table")).toBeInTheDocument();
    expect(box().style.minHeight).toBe("90px");
    rerender(<Frame text={"| a | b |\n| - | - |\n"} streaming={false} />);
    expect(box().style.minHeight).toBe("90px");
  });

  it("draws at most four times a second and ends with the whole text", () => {
    const { rerender } = render(<Frame text="" />);
    const seen = new Set<string>();
    let text = "";
    for (let step = 0; step < 100; step += 1) {
      text += `w${step} `;
      rerender(<Frame text={text} />);
      act(() => vi.advanceTimersByTime(10));
      seen.add(box().textContent ?? "");
    }
    expect(seen.size).toBeLessThanOrEqual(6);
    act(() => vi.advanceTimersByTime(300));
    expect(box().textContent).toBe(text.trim());
  });

  it("follows the end only while the reader is there", () => {
    const { rerender } = render(<Frame text="one" />);
    const view = screen.getByTestId("view");
    const size = { scrollHeight: 300, clientHeight: 100 };
    Object.defineProperty(view, "scrollHeight", { get: () => size.scrollHeight });
    Object.defineProperty(view, "clientHeight", { get: () => size.clientHeight });

    view.scrollTop = 200;
    view.dispatchEvent(new Event("scroll"));
    size.scrollHeight = 400;
    rerender(<Frame text="one two" />);
    act(() => vi.advanceTimersByTime(300));
    expect(view.scrollTop).toBe(400);

    view.scrollTop = 50;
    view.dispatchEvent(new Event("scroll"));
    size.scrollHeight = 900;
    rerender(<Frame text="one two three" />);
    act(() => vi.advanceTimersByTime(300));
    expect(view.scrollTop).toBe(50);
  });
});
