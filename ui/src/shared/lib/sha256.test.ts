import { toBase64 } from "./base64";
import { sha256 } from "./sha256";

const bytes = (text: string) => new TextEncoder().encode(text);

test("sums are those that everybody else has", () => {
  expect(sha256(bytes(""))).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  expect(sha256(bytes("abc"))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  expect(sha256(bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))).toBe(
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
  expect(sha256(bytes("a".repeat(1_000_000)))).toBe(
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  );
});

test("bytes are written in base64, however many", () => {
  expect(toBase64(bytes("hello"))).toBe("aGVsbG8=");
  const many = new Uint8Array(100_000).fill(7);
  expect(toBase64(many)).toBe(btoa("\u0007".repeat(100_000)));
});
