using GitOpsBumper.Cli;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl+C lets what is under way end cleanly; a second one ends the process.
    if (stop.IsCancellationRequested)
        return;
    pressed.Cancel = true;
    stop.Cancel();
};
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

return await CommandLine.RunAsync(args, Console.Out, Console.Error, stop.Token);
