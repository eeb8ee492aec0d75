using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <summary>A lease as the server has it, with everything in it that is not ours. Never changes: what is to be written is made from it.</summary>
/// <seealso href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/"/>
internal sealed class Lease
{
    /// <summary>The annotation that says where the holder can be asked.</summary>
    public const string AddressKey = "gitopsbumper.io/address";

    private const string ApiVersion = "coordination.k8s.io/v1";

    private readonly JsonObject _whole;

    private Lease(JsonObject whole)
    {
        _whole = whole;
        Version = (string?)whole["metadata"]?["resourceVersion"] ?? "";
        if (Version.Length == 0)
            throw new FormatException("it has no resourceVersion");
        var spec = whole["spec"];
        Holder = (string?)spec?["holderIdentity"] ?? "";
        Duration = (int?)spec?["leaseDurationSeconds"] is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
        Transitions = (int?)spec?["leaseTransitions"] ?? 0;
        Address = whole["metadata"]?["annotations"] is JsonObject annotations && annotations[AddressKey] is JsonValue address && address.TryGetValue<string>(out var text) ? text : null;
    }

    /// <summary>Changes with every write, whoever wrote.</summary>
    public string Version { get; }

    /// <summary>Empty: nobody.</summary>
    public string Holder { get; }

    /// <summary>Null: the lease does not say.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>How often the holder changed.</summary>
    public int Transitions { get; }

    /// <summary>Where the holder can be asked, as it said; null: it did not.</summary>
    public string? Address { get; }

    /// <exception cref="KubernetesException">It is no lease.</exception>
    public static Lease Read(byte[] json)
    {
        try
        {
            var node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new Lease(node as JsonObject ?? throw new FormatException("it is no object"));
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            throw new KubernetesException($"the API server answered with something that is no Lease: {failure.Message}", isTransient: false, failure);
        }
    }

    /// <summary>A lease that is not there yet.</summary>
    public static byte[] New(NamespacedName name, string holder, TimeSpan duration, DateTimeOffset now, string? address)
    {
        var spec = new JsonObject { ["leaseTransitions"] = 0 };
        Claim(spec, holder, duration, now);
        var metadata = new JsonObject { ["namespace"] = name.Namespace, ["name"] = name.Name };
        Announce(metadata, address);
        return Bytes(new JsonObject
        {
            ["apiVersion"] = ApiVersion,
            ["kind"] = "Lease",
            ["metadata"] = metadata,
            ["spec"] = spec,
        });
    }

    /// <summary>The whole lease, renewed by its holder or taken by another.</summary>
    public byte[] HeldBy(string holder, TimeSpan duration, DateTimeOffset now, string? address) => With((metadata, spec) =>
    {
        Announce(metadata, address);
        if (holder == Holder)
        {
            spec["leaseDurationSeconds"] = (int)duration.TotalSeconds;
            spec["renewTime"] = MicroTime(now);
            return;
        }

        Claim(spec, holder, duration, now);
        spec["leaseTransitions"] = Transitions + 1;
    });

    /// <summary>The whole lease with nobody holding it.</summary>
    public byte[] Released(DateTimeOffset now) => With((metadata, spec) =>
    {
        Announce(metadata, null);
        spec["holderIdentity"] = "";
        spec["renewTime"] = MicroTime(now);
    });

    private static void Claim(JsonObject spec, string holder, TimeSpan duration, DateTimeOffset now)
    {
        spec["holderIdentity"] = holder;
        spec["leaseDurationSeconds"] = (int)duration.TotalSeconds;
        spec["acquireTime"] = MicroTime(now);
        spec["renewTime"] = MicroTime(now);
    }

    private static void Announce(JsonObject metadata, string? address)
    {
        if (address is null)
            (metadata["annotations"] as JsonObject)?.Remove(AddressKey);
        else if (metadata["annotations"] is JsonObject annotations)
            annotations[AddressKey] = address;
        else
            metadata["annotations"] = new JsonObject { [AddressKey] = address };
    }

    private byte[] With(Action<JsonObject, JsonObject> change)
    {
        var whole = _whole.DeepClone().AsObject();
        if (whole["spec"] is not JsonObject spec)
            whole["spec"] = spec = [];
        if (whole["metadata"] is not JsonObject metadata)
            whole["metadata"] = metadata = [];
        change(metadata, spec);
        return Bytes(whole);
    }

    private static byte[] Bytes(JsonObject json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            json.WriteTo(writer);
        return stream.ToArray();
    }

    private static string MicroTime(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
