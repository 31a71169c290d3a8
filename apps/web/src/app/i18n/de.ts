import app from "../de.json";
import chat from "../../features/chat/de.json";
import controls from "../../features/controls/de.json";
import goodbye from "../../features/goodbye/de.json";
import history from "../../features/history/de.json";
import landing from "../../features/landing/de.json";
import lobby from "../../features/lobby/de.json";
import meeting from "../../features/meeting/de.json";
import moderation from "../../features/moderation/de.json";
import people from "../../features/people/de.json";
import problem from "../../features/problem/de.json";
import receipt from "../../features/receipt/de.json";
import services from "../../features/services/de.json";
import ui from "../../ui/de.json";

/** One namespace per folder that has words. */
export const de = {
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
