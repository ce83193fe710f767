// Ends of a script that are expected: a plain sentence for the person, and a code for the program that called it.

/** Something is missing or failed, and the message says what to do. */
export class Stop extends Error {
  /**
   * @param {string} message What happened.
   * @param {string} [nextStep] What the person can do.
   * @param {number} [code] Exit code.
   */
  constructor(message, nextStep, code = 1) {
    super(message);
    this.nextStep = nextStep;
    this.code = code;
  }
}

/** The person or the system asked to end. */
export class Interrupted extends Error {
  /** @param {"SIGINT" | "SIGTERM" | "SIGHUP"} signal */
  constructor(signal) {
    super("Stopped.");
    this.code = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
  }
}

/**
 * Runs a script and turns its end into an exit code.
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof Stop) {
      console.error(`\n${error.message}`);
      if (error.nextStep) console.error(error.nextStep);
      process.exitCode = error.code;
    } else if (error instanceof Interrupted) {
      console.error("\nStopped.");
      process.exitCode = error.code;
    } else {
      throw error;
    }
  }
}
