using System.Net;
using System.Net.Sockets;

namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>Ports of the loopback address.</summary>
internal static class Ports
{
    /// <summary>One that was free a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
