/** How long frames may wait when no picture is drawn (a hidden window), in milliseconds. */
const HIDDEN_WAIT = 250;

/** Runs something before the next picture; soon all the same where none is drawn. */
export function beforeNextPicture(run: () => void): void {
  let ran = false;
  const once = () => {
    if (ran) return;
    ran = true;
    cancelAnimationFrame(picture);
    clearTimeout(timer);
    run();
  };
  const picture = requestAnimationFrame(once);
  const timer = setTimeout(once, HIDDEN_WAIT);
}

/**
 * Pause between two drawings of text that is being written, in milliseconds. Nobody reads faster, and where there is no
 * graphics card each drawing costs a good part of a core.
 */
const TEXT_PAUSE = 80;

/** Runs something in a while, before a picture. */
export function inAWhile(run: () => void): void {
  setTimeout(() => beforeNextPicture(run), TEXT_PAUSE);
}
