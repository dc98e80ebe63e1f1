import { type Competence, type HousingForm, competences, housingForms } from '#kernel';
import { IsCount, IsSetOf } from '../fields.js';

export class DeclareCapacityDto {
  /** How many persons at the same time. */
  @IsCount(0, 500)
  places!: number;

  @IsSetOf(housingForms)
  housingForms!: HousingForm[];

  @IsSetOf(competences)
  competences!: Competence[];
}
