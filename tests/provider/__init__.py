"""Provider 6 against our HCL: what its published bindings say of every block and attribute that we use."""
