import { knownCodes, texts, type Language, type ProblemText } from './problem-catalogue.js';

/** One thing that is wrong with what was sent. `field` is a path of known field names, never something the caller made up. */
export interface Violation {
  readonly field: string;
  readonly message: string;
}

/** A violation before its language is known. */
export interface UntoldViolation {
  readonly field: string;
  readonly rule: string;
  readonly limits?: readonly (string | number)[];
}

/** RFC 9457. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly violations?: readonly Violation[];
  readonly allowedActions?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface ProblemOptions {
  readonly violations?: readonly UntoldViolation[];
  /** On a 409 that comes from the state of the case: what may be done instead, now. */
  readonly allowedActions?: readonly string[];
  /** Coded facts of a refusal: numbers, dates, closed lists; never a name or something that was sent. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the transport says no with. Its message is the code: there is nothing to leak in a log. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: string,
    readonly options: ProblemOptions = {},
  ) {
    super(code);
  }
}

export const problemText = (code: string): ProblemText => knownCodes[code] ?? knownCodes['conflict.refused']!;

/** The path under which the type of a problem can be read, by people too. */
export const problemType = (code: string): string => `/problems/${code}`;

/** `requestId` names the occurrence; a path is not used for that, since it may hold what somebody typed. */
export const problemDocument = (
  code: string,
  status: number,
  language: Language,
  requestId: string,
  options: ProblemOptions = {},
): ProblemDocument => {
  const text = problemText(code);
  return {
    type: problemType(code),
    title: text.title[language],
    status,
    detail: text.detail[language],
    instance: `urn:request:${requestId}`,
    code,
    ...(options.violations && {
      violations: options.violations.map((violation) => ({
        field: violation.field,
        message: texts.rule(violation.rule, violation.limits ?? [], language),
      })),
    }),
    ...(options.allowedActions && { allowedActions: options.allowedActions }),
    ...(options.facts && Object.keys(options.facts).length > 0 && { facts: options.facts }),
  };
};
