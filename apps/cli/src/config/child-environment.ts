/** The environment of a process that this one starts: its own, with these settings in place of those that it has. */
export const childEnvironment = (settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({ ...process.env, ...settings });
