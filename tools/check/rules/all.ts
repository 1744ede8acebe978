import type { Rule } from '../rule.ts';
import { anyRule, fileSizeRule, functionSizeRule, testRatioRule } from './budgets.ts';
import { cyclesRule } from './cycles.ts';
import { documentPathsRule, documentScriptsRule } from './documents.ts';
import { barrelsRule } from './exports.ts';
import { globalsRule, purityRule } from './globals.ts';
import { layerRules } from './layers.ts';
import { dependencyReasonsRule, lockfileRule, pinsRule } from './manifests.ts';
import { orphansRule } from './orphans.ts';
import { suppressionsRule } from './suppressions.ts';
import { wordsRule } from './words.ts';

/** Our own rules by the step of `npm run check` that runs them. */
export const RULES_BY_STEP: Readonly<Record<string, readonly Rule[]>> = {
  dependencies: [...layerRules, cyclesRule, barrelsRule, orphansRule],
  globals: [purityRule, globalsRule],
  budgets: [fileSizeRule, functionSizeRule, anyRule, testRatioRule],
  words: [wordsRule],
  documents: [documentPathsRule, documentScriptsRule],
  manifests: [pinsRule, dependencyReasonsRule, lockfileRule],
  reasons: [suppressionsRule],
};
