import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// A busy machine is slow, not wrong: what is awaited may take longer than the second that is usual.
configure({ asyncUtilTimeout: 5_000 });

// jsdom lays nothing out and lacks what a window has; these give the shapes that components ask for.
class QuietResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= QuietResizeObserver;
Element.prototype.scrollIntoView ??= () => {};
window.scrollTo = () => {};
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.getAnimations ??= () => [];
// The editor asks where text stands.
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
if (!("PointerEvent" in globalThis)) {
  class FakePointerEvent extends MouseEvent {}
  Object.assign(globalThis, { PointerEvent: FakePointerEvent });
}
window.matchMedia ??= (query: string): MediaQueryList => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
});

// A window of 800 by 800 with rows of 32: enough for lists that keep only the visible rows in the page.
const height = {
  configurable: true,
  get(this: HTMLElement) {
    return this.dataset.index === undefined ? 800 : 32;
  },
};
const width = { configurable: true, get: () => 800 };
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: height,
  clientHeight: height,
  offsetWidth: width,
  clientWidth: width,
});
