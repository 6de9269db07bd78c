/** An error in a lab's own description: a bug of its author, not of the learner. */
export class LabError extends Error {}
