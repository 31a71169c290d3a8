import { expect, it } from "vitest";
import { AddressPolicy } from "../platform/outbound/AddressPolicy.ts";
import { checkWebhookUrls, webhookTargetProblem } from "./webhookTarget.ts";

const problem = (url: string, allowed: string[] = []) => webhookTargetProblem(url, new AddressPolicy(allowed));

it("names what is wrong with an address, as far as that can be seen", () => {
  for (const url of ["https://hooks.example/x?token=1", "http://8.8.8.8:8080/", "http://hooks.internal/"]) {
    expect(problem(url)).toBeNull();
  }
  for (const url of ["", "hooks.example", "//hooks.example", "ftp://hooks.example", "javascript:alert(1)", "http://"]) {
    expect(problem(url)).toBe("it must be an http or https address");
  }
  expect(problem("https://user@hooks.example/")).toContain("user name or password");
  for (const url of ["http://localhost/", "http://a.LOCALHOST./", "http://127.1/", "http://2130706433/"]) {
    expect(problem(url)).toContain("127.0.0.1 is not a public address");
    expect(problem(url, ["127.0.0.1/32"])).toBeNull();
  }
  expect(problem("http://[fd00::1]/")).toContain("fd00::1 is not a public address");
});

it("stops a start with an address that cannot be sent to, and does not quote it", () => {
  const check = (...urls: string[]) => checkWebhookUrls(urls, new AddressPolicy([]));
  expect(() => check("https://hooks.example/x")).not.toThrow();
  const wrong = () => check("https://hooks.example/x", "http://10.0.0.1/?token=secret");
  expect(wrong).toThrow("webhooks.urls, address 2: 10.0.0.1 is not a public address");
  expect(wrong).not.toThrow(/secret/);
});
