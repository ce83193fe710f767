/**
 * From time to pixels and back. Time in which nothing was at work, where it is long, is folded to a narrow mark, so that
 * a run that waited a night is read like one that did not. While a run goes on, its end is rounded up: the picture grows
 * in steps and not with every second.
 */
import type { Closed } from "./record";

export interface Segment extends Closed {
  /** Where it begins, in pixels. */
  x: number;
  width: number;
  folded: boolean;
  /** Whether it is idle time that is long enough to be folded. */
  foldable: boolean;
}

export interface Scale {
  segments: readonly Segment[];
  /** Pixels altogether. */
  width: number;
  /** Pixels of a millisecond where nothing is folded. */
  density: number;
  x: (time: number) => number;
  time: (x: number) => number;
}

export interface ScaleOptions {
  from: number;
  /** The end; now while the run goes on. */
  to: number;
  live: boolean;
  /** When anything was at work: sorted, apart. */
  busy: readonly Closed[];
  /** Beginnings of idle times that the operator has opened. */
  opened: ReadonlySet<number>;
  /** Pixels that everything takes at zoom 1. */
  room: number;
  /** 1 shows everything. */
  zoom: number;
}

/** Pixels of folded time. */
const FOLD = 44;
/** Idle time is folded from here on, in milliseconds; in a long run only from a share of what was worked. */
const SHORT = 15_000;
const SHARE = 0.08;

/** The scale of a run. */
export function scaleOf(options: ScaleOptions): Scale {
  const { from, live, opened, room, zoom } = options;
  const to = Math.max(options.to, from + 1);
  const pieces = split({ ...options, to });
  const shown = pieces.filter((piece) => !isFolded(piece, opened));
  const folds = pieces.length - shown.length;
  const lasting = shown.reduce((sum, piece) => sum + piece.to - piece.from, 0);
  const span = live ? roundedUp(lasting) : Math.max(1, lasting);
  const density = (Math.max(80, room - folds * FOLD) * zoom) / span;
  let x = 0;
  const segments = pieces.map((piece): Segment => {
    const folded = isFolded(piece, opened);
    const width = folded ? FOLD : (piece.to - piece.from) * density;
    const segment = { ...piece, x, width, folded };
    x += width;
    return segment;
  });
  const width = x + (span - lasting) * density;
  return {
    segments,
    width,
    density,
    x: (time) => toPixels(segments, time, density),
    time: (at) => toTime(segments, at, density),
  };
}

interface Piece extends Closed {
  foldable: boolean;
}

const isFolded = (piece: Piece, opened: ReadonlySet<number>) =>
  piece.foldable && !opened.has(piece.from);

/** The run as times at work, with short pauses in them, and long idle times between. */
function split({ from, to, busy }: ScaleOptions): Piece[] {
  const worked = busy.reduce((sum, span) => sum + span.to - span.from, 0);
  const threshold = Math.max(SHORT, worked * SHARE);
  const pieces: Piece[] = [];
  let at = from;
  const shown = (until: number) => {
    const last = pieces.at(-1);
    if (last !== undefined && !last.foldable) last.to = until;
    else if (until > at) pieces.push({ from: at, to: until, foldable: false });
    at = until;
  };
  const idle = (until: number) => {
    if (until - at < threshold) return shown(until);
    pieces.push({ from: at, to: until, foldable: true });
    at = until;
  };
  for (const span of busy) {
    if (span.from > at) idle(Math.min(span.from, to));
    if (span.to > at) shown(Math.min(span.to, to));
  }
  if (to > at) idle(to);
  return pieces;
}

function toPixels(segments: readonly Segment[], time: number, density: number): number {
  const segment = segments.find((each) => time < each.to) ?? segments.at(-1);
  if (segment === undefined) return 0;
  const { from, to, x, width, folded } = segment;
  const share = (time - from) / Math.max(1, to - from);
  return folded ? x + Math.min(1, Math.max(0, share)) * width : x + (time - from) * density;
}

function toTime(segments: readonly Segment[], at: number, density: number): number {
  const segment = segments.find((each) => at < each.x + each.width) ?? segments.at(-1);
  if (segment === undefined) return 0;
  const { from, to, x, width, folded } = segment;
  return folded ? from + ((at - x) / width) * (to - from) : from + (at - x) / density;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 4, 8, 12, 24, 48, 96, 168].map((step) => step * HOUR),
];

/** The next length that leaves room to grow: at least a tenth more, at most a half. */
function roundedUp(length: number): number {
  const wanted = Math.max(10 * SECOND, length * 1.1);
  const unit = 2 ** Math.floor(Math.log2(wanted / SECOND) - 2) * SECOND;
  return Math.ceil(wanted / unit) * unit;
}

export interface Tick {
  x: number;
  /** Since the beginning, in milliseconds. */
  since: number;
  /** How far apart the ticks are, in milliseconds. */
  step: number;
}

/** Pixels from one mark of time to the next, at least, and what its words take. */
const APART = 76;
const WORDS = 60;

/** Marks of time. None stands in folded time, nor where its words would run into a fold or over the end. */
export function ticksOf(scale: Scale, from: number): Tick[] {
  const step = STEPS.find((each) => each * scale.density >= APART) ?? 7 * 24 * HOUR;
  const ticks: Tick[] = [];
  let free = 0;
  for (const [index, segment] of scale.segments.entries()) {
    if (segment.folded) {
      free = segment.x + segment.width + 4;
      continue;
    }
    const last = index === scale.segments.length - 1;
    const right = last ? scale.width : segment.x + segment.width;
    for (let count = Math.ceil((segment.from - from) / step); ; count += 1) {
      const x = segment.x + (from + count * step - segment.from) * scale.density;
      if (x + WORDS > right && (last || isFold(scale.segments[index + 1]))) break;
      if (x > right) break;
      if (x < free) continue;
      ticks.push({ x, since: count * step, step });
      free = x + WORDS;
    }
  }
  return ticks;
}

const isFold = (segment: Segment | undefined) => segment?.folded === true;

/** The words of a mark: as exact as the marks are close. */
export function tickWord({ since, step }: Tick): string {
  if (since < MINUTE) return `${(since / SECOND).toFixed(step < SECOND ? 1 : 0)} s`;
  const two = (count: number) => String(count).padStart(2, "0");
  const seconds = Math.floor((since % MINUTE) / SECOND);
  const fraction = step < SECOND ? ((since % SECOND) / SECOND).toFixed(1).slice(1) : "";
  const minutes = Math.floor(since / MINUTE);
  const exact = step < MINUTE ? `:${two(seconds)}${fraction}` : "";
  if (since < HOUR) return `${minutes}${exact} min`;
  const hours = Math.floor(minutes / 60);
  return step >= HOUR ? `${hours} h` : `${hours}:${two(minutes % 60)}${exact} h`;
}
