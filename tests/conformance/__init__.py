"""The cases as a conformance kit: any cloud that speaks AWS's API is held to them, real AWS among them.

`python -m tests.conformance --help` says how, and what it costs. The parts:

    __main__    what is asked for, and the order of a run
    clouds      where the control plane is, and where a listener's port leads, a class a kind of cloud
    stack       the load balancer, functions and target groups that rows are played on, made and removed
    world       what rows about calls of the API presuppose, made and removed
    rounds      which rows are played together: a pure function
    players/    a module a kind of row: what it wants set up, what is sent, what was seen
    function    the code of the functions
    report      the table, as Markdown and JSON
    totals      docs/conformance.json, in words and as a picture
"""
