import { parse } from 'yaml';
import type { FixtureContent } from './fixture-snapshot.ts';

/** Reads fixture content written as YAML inside a test. */
export function yamlFixture(text: string): FixtureContent {
  return parse(text) as FixtureContent;
}
