import { Body, Param, type PipeTransform } from '@nestjs/common';
import { Problem } from './problem.js';
import { uuidShape } from './route.js';
import { invalid } from './validation.js';

class Shape implements PipeTransform<unknown, string> {
  constructor(private readonly shape: RegExp) {}

  /** An id that cannot exist is an unknown id. */
  transform(value: unknown): string {
    if (typeof value !== 'string' || !this.shape.test(value)) throw new Problem('thing.not_found');
    return value.toLowerCase();
  }
}

class WholeNumber implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    // The pipe before this one has made a number of it already where the handler wants a number.
    if (!/^[1-9]\d{0,5}$/.test(String(value))) throw new Problem('thing.not_found');
    return Number(value);
  }
}

/** An id in the path. */
export const Id = (name: string): ParameterDecorator => Param(name, new Shape(uuidShape));

/** A number from 1 in the path, for example the version of an assessment. */
export const NumberInPath = (name: string): ParameterDecorator => Param(name, new WholeNumber());

class NothingInside implements PipeTransform<unknown, undefined> {
  transform(value: unknown): undefined {
    const empty =
      value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
    if (!empty || Object.keys(value ?? {}).length > 0) throw invalid({ field: '', rule: 'unknown' });
    return undefined;
  }
}

/** The body of a command that needs no more than its address: none, or an empty object. */
export const NoBody = (): ParameterDecorator => Body(new NothingInside());
