/** Where livekit-server reports what happens in its rooms. */
export const mediaEventsPath = "/sfu/events";
