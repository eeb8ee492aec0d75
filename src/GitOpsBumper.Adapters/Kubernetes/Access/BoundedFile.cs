using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>Reads small files whole: pipes too, whose length nobody knows before.</summary>
internal static class BoundedFile
{
    /// <summary>A kubeconfig of thousands of clusters is smaller.</summary>
    public const int MaxKubeconfigBytes = 16 * 1024 * 1024;

    /// <summary>The authorities of a whole system are a quarter of it.</summary>
    public const int MaxPemBytes = 1024 * 1024;

    /// <summary>Servers accept no longer headers.</summary>
    public const int MaxTokenBytes = 64 * 1024;

    /// <param name="problem">The second half of a sentence that names the file: <c>there is no file '/x'</c>.</param>
    public static bool TryRead(string path, int maxBytes, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        (text, problem) = (null, null);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var read = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                if (read.Length + count > maxBytes)
                {
                    problem = $"the file '{path}' has more than {maxBytes} bytes";
                    return false;
                }

                read.Write(buffer, 0, count);
            }

            read.Position = 0;
            using var reader = new StreamReader(read);
            text = reader.ReadToEnd();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => $"there is no file '{path}'",
                _ when Directory.Exists(path) => $"'{path}' is a folder, it has to be a file",
                UnauthorizedAccessException => $"the file '{path}' may not be read by this user",
                _ => $"the file '{path}' cannot be read: {failure.Message.TrimEnd('.')}",
            };
            return false;
        }
    }
}
