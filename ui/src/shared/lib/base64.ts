/** Bytes a time that become characters: more would be too many arguments for one call. */
const PIECE = 0x8000;

/** Bytes in base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
}
