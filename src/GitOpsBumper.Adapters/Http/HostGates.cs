using System.Collections.Concurrent;

namespace GitOpsBumper.Adapters.Http;

/// <summary>One gate per host and port, however many configured registries, realms and blob stores live there. Limits are asked for once per host.</summary>
public sealed class HostGates(Func<Uri, HostLimits> limitsOf, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, HostGate> _gates = new(StringComparer.OrdinalIgnoreCase);

    public HostGate For(Uri url) => _gates.GetOrAdd(url.Authority, static (_, state) => new HostGate(state.limitsOf(state.url), state.time), (limitsOf, url, time));

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
            gate.Dispose();
    }
}
