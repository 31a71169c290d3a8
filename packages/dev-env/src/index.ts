export { ControlPlane } from "./ControlPlane.ts";
export { CookieJar } from "./CookieJar.ts";
export { freePort } from "./freePort.ts";
export { launchChromium, type ChromiumOptions } from "./launchChromium.ts";
export { ManagementApi, type ManagementAnswer } from "./ManagementApi.ts";
export { Stack, type HeadlessOptions, type TokenRequest } from "./Stack.ts";
export { servePage, type ServedPage } from "./servePage.ts";
export { enginesOf, type StackConfig } from "./StackConfig.ts";
export { startStack, type StackOptions } from "./startStack.ts";
