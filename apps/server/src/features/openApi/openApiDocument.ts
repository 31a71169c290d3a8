import {
  activeParticipantInfoSchema,
  activeRoomInfoSchema,
  activeRoomSchema,
  activeTrackSchema,
  artifactInfoSchema,
  errorBodySchema,
  joinAnswerSchema,
  lobbyAnswerSchema,
  managementOperations,
  managementStatusSchema,
  openingSchema,
  pastRoomInfoSchema,
  receiptKeySchema,
  roomFeaturesSchema,
  type ManagementOperation,
} from "@sotto/protocol";
import { z, type ZodType } from "zod";
import { otherOperations, type Operation } from "./otherOperations.ts";

type Json = Record<string, unknown>;

const apiVersion = "1";

/** What has a name in the document, and in the programs that are generated from it. */
const names = z
  .registry<{ id: string }>()
  .add(managementStatusSchema, { id: "ManagementFailure" })
  .add(activeRoomInfoSchema, { id: "ActiveRoomInfo" })
  .add(activeRoomSchema, { id: "ActiveRoom" })
  .add(activeParticipantInfoSchema, { id: "ActiveParticipantInfo" })
  .add(activeTrackSchema, { id: "ActiveTrack" })
  .add(pastRoomInfoSchema, { id: "PastRoomInfo" })
  .add(artifactInfoSchema, { id: "ArtifactInfo" })
  .add(errorBodySchema, { id: "Error" })
  .add(joinAnswerSchema, { id: "JoinAnswer" })
  .add(lobbyAnswerSchema, { id: "LobbyAnswer" })
  .add(openingSchema, { id: "Opening" })
  .add(receiptKeySchema, { id: "ReceiptKey" })
  .add(roomFeaturesSchema, { id: "RoomFeatures" });
const placeOfNamed = "#/components/schemas/";

/** The OpenAPI 3.1 description of the HTTP API, made of the schemas that requests are checked with. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  const schemas: Json = {};
  for (const [path, operation] of Object.entries(managementOperations)) {
    paths[`/auth${path}`] = { post: management(schemas, path, operation) };
  }
  for (const operation of otherOperations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: other(schemas, operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sotto",
      version: apiVersion,
      description:
        "The management API (/auth) is called by integrators' servers with signed requests, the rest by pages. docs/api.md says what things mean.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        apiKey: { type: "apiKey", in: "header", name: "API-KEY" },
        signature: {
          type: "apiKey",
          in: "header",
          name: "HASH-SIGNATURE",
          description: "Lower-case hex HMAC-SHA256 of the body, or with a timestamp of: timestamp LF nonce LF body",
        },
        timestamp: { type: "apiKey", in: "header", name: "X-Request-Timestamp", description: "Unix seconds" },
        nonce: { type: "apiKey", in: "header", name: "X-Request-Nonce", description: "Never used before" },
        joinToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        receiptToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        fileToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        resumeCookie: {
          type: "apiKey",
          in: "cookie",
          name: "sotto_resume_PARTICIPANT",
          description: "Its name ends with the id of the participant",
        },
      },
    },
  };
}

const protectedSignature = { apiKey: [], signature: [], timestamp: [], nonce: [] };
const plainSignature = { apiKey: [], signature: [] };

function management(schemas: Json, path: string, { summary, request, answer }: ManagementOperation): Json {
  const failure = json(schemas, managementStatusSchema);
  const answers = z.union([answer, managementStatusSchema]);
  return {
    operationId: path.slice(1).replaceAll("/", "."),
    tags: ["management"],
    summary,
    security: [protectedSignature, plainSignature],
    requestBody: { required: true, content: json(schemas, request, "input") },
    responses: {
      200: { description: "status says whether it worked", content: json(schemas, answers) },
      401: { description: "The key is not known, or the request is not signed right", content: failure },
      413: { description: "The body is too large", content: failure },
      429: {
        description: "Too many requests of this client",
        headers: { "Retry-After": { description: "Seconds to wait", schema: { type: "integer" } } },
        content: failure,
      },
    },
  };
}

function other(schemas: Json, operation: Operation): Json {
  const { method, path, summary, credentials = [], query = [], request, answers, hasRanges } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter("path", name ?? "", true));
  const ranges = hasRanges ? ["Range", "If-Range"].map((name) => parameter("header", name, false)) : [];
  const responses = Object.entries(answers).map(([status, schema]) => [status, response(schemas, schema)] as const);
  const noSuchPart = { description: "There is no such part; Content-Range says how many bytes there are" };
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z]+/g, ".").replace(/\.$/, "")}`,
    tags: [tagOf(path)],
    summary,
    parameters: [...inPath, ...ranges, ...query.map((name) => parameter("query", name, false))],
    security: credentials.map((name) => ({ [name]: [] })),
    ...(request && { requestBody: { required: true, content: json(schemas, request, "input") } }),
    ...(method === "put" && { requestBody: { required: true, content: { "application/octet-stream": {} } } }),
    responses: {
      ...Object.fromEntries(responses),
      ...(hasRanges && { 206: response(schemas, null), 416: noSuchPart }),
      default: { description: "It was refused; the code says why", content: json(schemas, errorBodySchema) },
    },
  };
}

function tagOf(path: string): string {
  if (path.startsWith("/auth")) return "management";
  return path.startsWith("/download") ? "downloads" : "pages";
}

function parameter(place: "path" | "header" | "query", name: string, required: boolean): Json {
  return { in: place, name, required, schema: { type: "string" } };
}

function response(schemas: Json, schema: ZodType | null): Json {
  if (schema === null) return { description: "The bytes", content: { "*/*": {} } };
  return { description: "It worked", content: json(schemas, schema) };
}

/** Where the schema, or a part of it, has a name, it goes into `schemas`. */
function json(schemas: Json, schema: ZodType, io: "input" | "output" = "output"): Json {
  // Inside another one, so that a schema that has a name is referred to like the others.
  const made = z.toJSONSchema(z.object({ schema }), { io, unrepresentable: "any", metadata: names });
  const { properties, $defs = {} } = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', `"${placeOfNamed}`)) as {
    properties: { schema: Json };
    $defs?: Record<string, Json>;
  };
  for (const [name, { id, ...described }] of Object.entries($defs)) {
    void id;
    schemas[name] = described;
  }
  return { "application/json": { schema: properties.schema } };
}
