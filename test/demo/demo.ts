/**
 * make demo: Leat on three nodes made of network namespaces, without Kubernetes. Exit code 0: every
 * goal was met; 1: one was missed; 130: interrupted. Nothing is left behind either way.
 */
import { Lab } from "../harness/lab.ts";
import { clusterIP, crash, nodePort, removal, replacement } from "./acts.ts";
import { closeGoals } from "./goals.ts";
import { done, line, styled, title } from "./screen.ts";
import { setStage } from "./stage.ts";

const start = Date.now();

async function play(lab: Lab): Promise<void> {
  const stage = await setStage(lab);
  for (const act of [clusterIP, nodePort, removal, replacement, crash]) await act(stage);
}

async function run(): Promise<number> {
  title(
    "Leat",
    "Services balanced by BPF, on three nodes of this machine. Ctrl-C ends it cleanly.",
  );
  line();
  const lab = await Lab.create({ nodes: 3, signals: "caller" });
  const interrupted = new Promise<"interrupted">((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => resolve("interrupted"));
    }
  });
  try {
    const end = await Promise.race([play(lab), interrupted]);
    if (end === "interrupted") {
      line(`\n  ${styled("yellow", "interrupted")}: taking everything away`);
      return 130;
    }
    const met = closeGoals();
    line(`\n  ${styled("dim", "The figures are in out/demo.json too.")}`);
    return met ? 0 : 1;
  } catch (error) {
    done(false, (error as Error).message);
    line(`       logs: ${lab.keepLogs()}`);
    return 1;
  } finally {
    await lab.close();
    const seconds = Math.round((Date.now() - start) / 1000);
    line(`  ${styled("dim", `Nothing is left behind. ${seconds} s in all.`)}\n`);
  }
}

process.exit(await run());
