/** Commands whose output differs from Debian's on purpose, and why. */
export const TOOL_DIVERGENCES: ReadonlyMap<string, string> = new Map<string, string>([]);
