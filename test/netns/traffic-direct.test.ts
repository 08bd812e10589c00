/** The traffic cases with direct delivery. */
import { trafficTests } from "./scenarios/traffic-tests.ts";
import { VARIANTS } from "./scenarios/variants.ts";

trafficTests(VARIANTS.direct);
