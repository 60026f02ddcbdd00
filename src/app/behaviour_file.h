// The `behaviour` section of a simulated shop's file (docs/simulation.md). Private to reading that file.
#pragma once

#include "app/config_section.h"
#include "sim/behaviour.h"

namespace vitrina::app {

/// Complains of what is wrong; what is left out stays as it is.
void read_behaviour(Section& section, sim::Behaviour& behaviour);

}  // namespace vitrina::app
