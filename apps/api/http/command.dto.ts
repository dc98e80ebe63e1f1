import { ApiProperty } from '@nestjs/swagger';

/** What every command answers with. */
export class CommandAnswerDto {
  /** Id of what was made, or of the thing that was acted on; null where the path names nothing. */
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  id!: string | null;
  /** Its revision after the command, from 0. Null at routes where more is written than the caller may know of. */
  @ApiProperty({ type: 'integer', nullable: true })
  revision!: number | null;
  /** Place in the log, for X-Min-Position. */
  @ApiProperty({ type: 'string', nullable: true })
  position!: string | null;
}
