/**
 * Something that the operator can put right. The message is one sentence that says what is wrong and what to do;
 * it is printed as it stands, never with a stack, and never holds a secret.
 */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OperatorError';
  }
}
