using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Kubernetes;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Leases;

/// <summary>One lease as an API server keeps it: each write gets a new version, and a write that was made from an older one is refused.</summary>
internal sealed class LeaseServer
{
    private int _version = 100;
    private JsonObject? _lease;

    /// <summary>What was asked for, by method; a refused request too.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Null: everybody may do everything.</summary>
    public Func<KubernetesCall, KubernetesException?>? Refuses { get; set; }

    /// <summary>Null: there is none. To be read; changes are made with <see cref="Change"/>.</summary>
    public JsonObject? Lease => _lease;

    public string Holder => (string?)Spec["holderIdentity"] ?? "";

    public JsonObject Spec => _lease!["spec"]!.AsObject();

    /// <summary>Somebody else writes.</summary>
    public void Change(Action<JsonObject> change)
    {
        _lease ??= new JsonObject { ["metadata"] = new JsonObject(), ["spec"] = new JsonObject() };
        change(_lease);
        Stamp();
    }

    public void Remove() => _lease = null;

    /// <exception cref="KubernetesException">Refused.</exception>
    public byte[] Answer(KubernetesCall call)
    {
        Requests.Add(call.Method.Method);
        if (Refuses?.Invoke(call) is { } refusal)
            throw refusal;
        var sent = call.Body.Length == 0 ? null : JsonNode.Parse(call.Body.Span)!.AsObject();
        switch (call.Method.Method)
        {
            case "POST" when _lease is not null:
                throw Refusal(409, "the lease exists");
            case "PUT" or "GET" when _lease is null:
                throw Refusal(404, "the lease is not found");
            case "PUT" when (string?)sent!["metadata"]!["resourceVersion"] != (string?)_lease["metadata"]!["resourceVersion"]:
                throw Refusal(409, "the lease has been modified");
            case "POST" or "PUT":
                _lease = sent;
                Stamp();
                break;
        }

        return Encoding.UTF8.GetBytes(_lease!.ToJsonString());
    }

    public static KubernetesException Refusal(int status, string message) => new(message, isTransient: status >= 500) { Status = status };

    private void Stamp() => _lease!["metadata"]!["resourceVersion"] = $"{_version++}";
}
