import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

export const defaultLimit = 20;

/** Where a list goes on. */
export class ListQuery {
  /** How many at most, 1 to 100. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value,
  )
  @ApiPropertyOptional({ type: 'integer', default: defaultLimit })
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = defaultLimit;

  /** `_meta.next` of the page before; opaque. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(/^[A-Za-z0-9_-]+$/)
  cursor?: string;
}

/** Where one is in a list. */
export class ListMeta {
  /** How many were asked for. */
  limit!: number;
  /** How many are here. */
  count!: number;
  /** Cursor of the next page; null on the last one. */
  next!: string | null;
}
