# The peer of bench/pk.c: the same eight states, twelve random parameters, six doses and 480
# times, by deSolve's lsoda with a compiled right-hand side. Prints
# `deSolve  horizon  patients  seconds` for each horizon, in processor time.
suppressMessages(library(deSolve))
arguments <- commandArgs(trailingOnly = TRUE)
n <- as.integer(arguments[1])
dyn.load(arguments[2])
set.seed(1)
typical <- c(ka = 2.4, kg = 2, f = .12, cl = 84, v1 = 25, v2 = 56, v3 = 157, q2 = 161, q3 = 79,
             vn = 98.6, cln = 57.7, ke0 = 6.8)
spread <- c(.5, .8, .4, .22, .3, .25, .3, .25, .25, .25, .3, .5)
people <- lapply(seq_len(n), function(i) typical * exp(spread * rnorm(length(typical))))
run <- function(horizon, step_h) {
    times <- (0:479) * step_h
    seconds <- system.time(for (p in people) {
        f <- min(p[["f"]], 1)
        at <- times[(0:5) * 80 + 1]
        events <- data.frame(var = rep(c("muc", "gut"), each = 6), time = c(at, at),
                             value = rep(c(100 * f, 100 * (1 - f)), each = 6), method = "add")
        events <- events[order(events$time), ]
        y <- c(muc = 0, gut = 0, a1 = 0, p1 = 0, p2 = 0, nk = 0, np = 0, ce = 0)
        ode(y, times, "right_side", p, dllname = "pk_peer", initfunc = "begin",
            method = "lsoda", events = list(data = events))
    })[["user.self"]]
    cat("deSolve", horizon, n, seconds, sep = "\t")
    cat("\n")
}
run("8h", 1 / 60)
run("6weeks", 126 / 60)
