/** For `expect.poll`: patient, because video is made and decoded by software on test machines. */
export const waiting = { timeout: 60_000, interval: 150 };
