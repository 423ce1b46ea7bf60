import type { FaultyConfig } from '../config/load.ts';
import type { FaultDetail } from '../operator/types.ts';
import type { Words } from '../support/text.ts';

/** As many as a person reads; the lines name them all. */
const MAX_DETAILS = 100;

/** The faults of a config with the lines of the file around them. */
export function faultDetails({ faults, excerptAt }: FaultyConfig): readonly FaultDetail<Words>[] {
  return faults
    .slice(0, MAX_DETAILS)
    .map((fault) =>
      fault.line === undefined || excerptAt === undefined ? fault : { ...fault, excerpt: excerptAt(fault.line) },
    );
}
