/** The traffic cases with direct delivery by clsact filters, where tcx is not. */
import { trafficTests } from "./scenarios/traffic-tests.ts";
import { VARIANTS } from "./scenarios/variants.ts";

trafficTests(VARIANTS.directClsact);
