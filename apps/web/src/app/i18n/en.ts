import app from "../en.json";
import chat from "../../features/chat/en.json";
import controls from "../../features/controls/en.json";
import goodbye from "../../features/goodbye/en.json";
import history from "../../features/history/en.json";
import landing from "../../features/landing/en.json";
import lobby from "../../features/lobby/en.json";
import meeting from "../../features/meeting/en.json";
import moderation from "../../features/moderation/en.json";
import people from "../../features/people/en.json";
import problem from "../../features/problem/en.json";
import receipt from "../../features/receipt/en.json";
import services from "../../features/services/en.json";
import ui from "../../ui/en.json";

/** One namespace per folder that has words. */
export const en = {
  app,
  chat,
  controls,
  goodbye,
  history,
  landing,
  lobby,
  meeting,
  moderation,
  people,
  problem,
  receipt,
  services,
  ui,
};
