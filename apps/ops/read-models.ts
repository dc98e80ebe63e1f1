import type { Projection } from '#kernel';
import { OperatorError } from '#platform';
import { allProjections } from '#projections';

/** The projection of this name, or all of them. @throws OperatorError when there is none */
export const projectionsNamed = (name: string | undefined): readonly Projection[] => {
  const named = allProjections.filter((projection) => name === undefined || projection.name === name);
  if (named.length === 0)
    throw new OperatorError(
      `There is no read model of that name: take one of ${allProjections.map((one) => one.name).join(', ')}.`,
    );
  return named;
};
