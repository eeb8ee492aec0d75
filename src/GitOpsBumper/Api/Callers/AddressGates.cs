using System.Net;

namespace GitOpsBumper.Api.Callers;

/// <summary>
/// Lets so many through a second from each address, and more from all together: who uses up the one leaves the other to the rest. Bounded: when there are too many addresses, all are forgotten, and
/// what all may together is what is left.
/// </summary>
internal sealed class AddressGates(TimeProvider time)
{
    private const int MaxAddresses = 1_000;

    /// <summary>Of IPv6: what a single customer has.</summary>
    private const int NetworkBytes = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RateGate> _known = new(StringComparer.Ordinal);
    private readonly RateGate _all = new(time);

    /// <param name="from">Null: nobody knows, and they are all one.</param>
    /// <param name="perSecond">From one address.</param>
    /// <param name="perSecondInAll">From all of them.</param>
    public bool TryPass(IPAddress? from, int perSecond, int perSecondInAll) => Find(from).TryPass(perSecond) && _all.TryPass(perSecondInAll);

    /// <summary>Where only what each address does is limited.</summary>
    /// <param name="from">Null: nobody knows, and they are all one.</param>
    /// <param name="perSecond">From one address.</param>
    public bool TryPass(IPAddress? from, int perSecond) => Find(from).TryPass(perSecond);

    /// <summary>Whether nothing would pass from there at this moment.</summary>
    /// <param name="from">Null: nobody knows, and they are all one.</param>
    /// <param name="perSecond">From one address.</param>
    public bool IsFull(IPAddress? from, int perSecond) => Find(from).IsFull(perSecond);

    private RateGate Find(IPAddress? from)
    {
        var key = Key(from);
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known))
                return known;
            if (_known.Count >= MaxAddresses)
                _known.Clear();
            return _known[key] = new RateGate(time);
        }
    }

    private static string Key(IPAddress? from)
    {
        if (from is null)
            return "";
        var bytes = (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).GetAddressBytes();
        return Convert.ToHexString(bytes, 0, Math.Min(bytes.Length, NetworkBytes));
    }
}
