import { loadScenarios } from './load.ts';
import { testVariants } from './variant-tests.ts';

testVariants((await loadScenarios()).filter((_, index) => index % 2 === 1));
