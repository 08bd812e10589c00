/** The traffic cases with pods on a bridge. */
import { trafficTests } from "./scenarios/traffic-tests.ts";
import { VARIANTS } from "./scenarios/variants.ts";

trafficTests(VARIANTS.bridge);
