#pragma once

// What all uses of DCMTK's network begin with.

namespace vigil::network {

// Keeps DCMTK quiet and sets up what it holds for the process. Any thread, as often as wanted.
void prepare();

}  // namespace vigil::network
