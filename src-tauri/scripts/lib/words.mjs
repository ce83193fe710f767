// How times and versions are said and compared. Pure.

/**
 * A duration as people say it: `0.4 s`, `42 s`, `3 min 5 s`.
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Whether `version` is at least `oldest`, compared number by number: `20.9` is older than `20.19`.
 * @param {string} version
 * @param {string} oldest
 */
export function atLeast(version, oldest) {
  const [have, want] = [version, oldest].map((text) => text.split(".").map(Number));
  for (let part = 0; part < want.length; part += 1) {
    const difference = (have[part] ?? 0) - want[part];
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Text without colours and cursor movements, as it goes to a log.
 * @param {string} text
 */
export function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g, "");
}
