/** The traffic cases with delivery by the host's stack. */
import { trafficTests } from "./scenarios/traffic-tests.ts";
import { VARIANTS } from "./scenarios/variants.ts";

trafficTests(VARIANTS.stack);
