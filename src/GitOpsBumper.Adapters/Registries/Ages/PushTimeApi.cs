using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Adapters.Registries.Ages;

/// <summary>The API beside the distribution API by which a registry tells when a tag was pushed; the distribution API itself does not.</summary>
public enum PushTimeApi
{
    /// <summary>There is none, or it is not to be asked.</summary>
    None,

    /// <summary>That of hub.docker.com, for public repositories.</summary>
    /// <seealso href="https://docs.docker.com/reference/api/hub/latest/"/>
    DockerHub,

    /// <summary>For public repositories.</summary>
    /// <seealso href="https://docs.quay.io/api/swagger/"/>
    Quay,

    /// <seealso href="https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml"/>
    Harbor,
}

/// <summary>The names of <see cref="PushTimeApi"/> in registries.conf.</summary>
internal static class PushTimeApis
{
    /// <summary>Known by the host alone; a mirror of Docker Hub is not Docker Hub.</summary>
    public static PushTimeApi Of(Uri apiUrl) => apiUrl.IdnHost switch
    {
        "registry-1.docker.io" => PushTimeApi.DockerHub,
        "quay.io" => PushTimeApi.Quay,
        _ => PushTimeApi.None,
    };

    public static bool TryParse(string text, [NotNullWhen(true)] out PushTimeApi? value)
    {
        value = text switch
        {
            "docker-hub" => PushTimeApi.DockerHub,
            "quay" => PushTimeApi.Quay,
            "harbor" => PushTimeApi.Harbor,
            "none" => PushTimeApi.None,
            _ => null,
        };
        return value is not null;
    }
}
