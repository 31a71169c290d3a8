import { encodeBase64Url } from "@sotto/e2ee";
import { maxChatBodyBytes } from "@sotto/protocol";
import { expect, test } from "vitest";
import { decodeChatBody, encodeChatBody } from "./chatBody.ts";

const clientId = new Uint8Array(16).fill(7);
const id = encodeBase64Url(clientId);

test("messages of 1 to 200 characters fit into the first kibibyte, to which all of them are padded", () => {
  for (const character of ["a", "é", "語", "😀", '"', "\\", "\n."]) {
    for (const count of [1, 2, 199, 200]) {
      const said = { id, text: character.repeat(count), replyTo: `p_AAAAAAAAAAAAAAAA/${id}` };
      const body = encodeChatBody(said);
      expect(body.length).toBeLessThan(1024);
      expect(decodeChatBody(body, clientId)).toEqual(said);
    }
  }
});

test("a body is of the message that it came in; those of older pages do not say", () => {
  const other = clientId.with(0, 8);
  for (const body of [{ id, text: "x" }, { id, kind: "deletion", deletes: id } as const]) {
    expect(() => decodeChatBody(encodeChatBody(body), other)).toThrow(/another message/);
  }
  expect(decodeChatBody(encodeChatBody({ text: "x" }), other)).toEqual({ text: "x" });
});

test("only white space and too much are refused before they are sealed; a file needs no text", () => {
  const around = new TextEncoder().encode(JSON.stringify({ id, text: "" })).length;
  const most = "x".repeat(maxChatBodyBytes - around);
  expect(encodeChatBody({ id, text: most })).toHaveLength(maxChatBodyBytes);
  const refusal = (text: string) => {
    try {
      return encodeChatBody({ id, text });
    } catch (error) {
      return error;
    }
  };
  expect(refusal(`${most}x`)).toMatchObject({ code: "body_too_large" });
  for (const text of ["", " \n\u00a0"]) expect(refusal(text)).toMatchObject({ code: "body_invalid" });
  const [hash, name, type] = ["A".repeat(43), "minutes.pdf", "application/pdf"];
  const file = { fileId: "A".repeat(22), secret: hash, prefix: "A".repeat(10), length: 7, name, type, sha256: hash };
  expect(decodeChatBody(encodeChatBody({ id, text: "", file }), clientId)).toEqual({ id, text: "", file });
});

test.each(["", "null", '{"text":1}', '{"kind":"song","text":"x"}', '{"text":"x","role":1}x', "\xff"])(
  "%j is the body of no message",
  (text) => {
    expect(() => decodeChatBody(Buffer.from(text, "latin1"), clientId)).toThrow();
  },
);
