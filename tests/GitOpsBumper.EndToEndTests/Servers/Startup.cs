using System.Net;
using System.Net.Sockets;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>
/// Brings up servers on ports of the loopback address. A port that was free a moment ago may be taken by the time that the server asks for it,
/// so a server that ends at once gets another one.
/// </summary>
public static class Startup
{
    private const int Attempts = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="start">Starts the server on a port.</param>
    /// <param name="isReady">Whether the server answers; it has to recognise its own answer, because another one may own the port.</param>
    public static async Task<ChildProcess> OnFreePortAsync(
        string name, Func<int, ChildProcess> start, Func<int, CancellationToken, Task<bool>> isReady, TimeProvider clock, CancellationToken token)
    {
        var lastErrors = "";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = FreePort();
            var server = start(port);
            try
            {
                if (await BecomesReadyAsync(server, () => isReady(port, token), clock, token))
                    return server;
                lastErrors = server.Errors;
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }

            await server.DisposeAsync();
        }

        throw new InvalidOperationException($"{name} did not start, {Attempts} times: {lastErrors}");
    }

    private static async Task<bool> BecomesReadyAsync(ChildProcess server, Func<Task<bool>> isReady, TimeProvider clock, CancellationToken token)
    {
        var started = clock.GetTimestamp();
        while (!server.HasExited && clock.GetElapsedTime(started) < Patience)
        {
            if (await AnswersAsync(isReady))
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, token);
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(Func<Task<bool>> isReady)
    {
        try
        {
            return await isReady();
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    /// <summary>A port of the loopback address that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
