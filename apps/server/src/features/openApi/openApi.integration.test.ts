import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { installationRoot } from "../../config/loadConfig.ts";
import { startTestServer } from "../../testing/startTestServer.ts";
import { openApiDocument } from "./openApiDocument.ts";

/** The page, and what the engines answer behind the proxies. */
const notOfTheApi = /^\/(m\/:roomId|rtc.*|\*)?$/;

const document = openApiDocument() as { paths: Record<string, Record<string, object>> };
const described = Object.entries(document.paths)
  .flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`))
  .toSorted();

it("is served, and describes every route and no other", async () => {
  await using server = await startTestServer();
  const response = await fetch(`${server.origin}/api/openapi.json`);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(await response.json()).toEqual(document);

  const lines = server.logs().trim().split("\n");
  const routes = lines
    .map((line) => JSON.parse(line) as { msg: string; method: string; route: string })
    .filter(({ msg, method, route }) => msg === "serves" && method !== "HEAD" && !notOfTheApi.test(route))
    .map(({ method, route }) => `${method} ${route.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(routes.length).toBeGreaterThan(20);
  expect([...new Set(routes)].toSorted()).toEqual(described);
});

it("is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(validator.version).toBe("3.1");
  // The validator does look.
  const broken = { ...structuredClone(document), paths: { "/x": { post: { responses: "none" } } } };
  expect((await validator.validate(broken)).valid).toBe(false);
});

it("is in docs/openapi.json as it is now", () => {
  const written = readFileSync(join(installationRoot, "docs", "openapi.json"), "utf8");
  expect(JSON.parse(written), "run: npm run docs --workspace @sotto/server").toEqual(document);
});

it("names every path of the management API in docs/api.md", () => {
  const reference = readFileSync(join(installationRoot, "docs", "api.md"), "utf8");
  const missing = described
    .map((route) => route.split(" ")[1]!.replace(/^\/auth/, ""))
    .filter((path) => !new RegExp(path.replaceAll(/\{\w+\}/g, "[^/`]+")).test(reference));
  expect(missing).toEqual([]);
});
