import { z } from "zod";
import { configSchema } from "./configSchema.ts";

/** One setting: where it stands, how the environment names it, and what the documentation says. */
export interface ConfigLeaf {
  path: string[];
  variable: string;
  type: "string" | "integer" | "boolean" | "array";
  description: string;
  fallback: unknown;
}

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  description?: string;
  default?: unknown;
}

/** `["guests", "mayOpenMeetings"]` -> `SOTTO_GUESTS_MAY_OPEN_MEETINGS` */
function variableOf(path: string[]): string {
  return `SOTTO_${path.map((part) => part.replaceAll(/([A-Z])/g, "_$1").toUpperCase()).join("_")}`;
}

function walk(schema: JsonSchema, path: string[]): ConfigLeaf[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, child]) => walk(child, [...path, key]));
  }
  const type =
    schema.type === "integer" || schema.type === "boolean" || schema.type === "array" ? schema.type : "string";
  return [{ path, variable: variableOf(path), type, description: schema.description ?? "", fallback: schema.default }];
}

/** Every setting of the configuration, in the order of the schema. */
export function configLeaves(): ConfigLeaf[] {
  return walk(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as JsonSchema, []);
}
