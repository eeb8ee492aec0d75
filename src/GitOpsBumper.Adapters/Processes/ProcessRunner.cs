using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace GitOpsBumper.Adapters.Processes;

/// <summary>Runs programs: input, output and errors pumped at once, everything bounded, the whole tree killed on timeout and cancellation.</summary>
public sealed class ProcessRunner(TimeProvider time)
{
    /// <summary>Of standard output, where nobody reads it and nobody says less.</summary>
    public const int MaxKeptBytes = 16 * 1024 * 1024;

    private const int MaxErrorBytes = 64 * 1024;

    /// <exception cref="ProcessException">The program is not there, or took longer than the request allows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the process is gone.</exception>
    public async Task<ProcessResult> RunAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(request) };
        try
        {
#pragma warning disable RS0030 // The one place where processes are started.
            process.Start();
#pragma warning restore RS0030
        }
        catch (Win32Exception failure)
        {
            throw new ProcessException($"{request.FileName} could not be started: {failure.Message}; is it installed?", timedOut: false, failure);
        }

        using var timeout = new CancellationTokenSource(request.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var output = new MemoryStream();
#pragma warning disable CA2025 // PumpAsync waits for every one of them, whatever happens.
        var reading = request.ReadOutput is { } read
            ? ReadToEndAsync(process.StandardOutput.BaseStream, read, both.Token)
            : KeepAsync(request, process.StandardOutput.BaseStream, output, both.Token);
        var errors = ReadBoundedAsync(process.StandardError.BaseStream, MaxErrorBytes, both.Token);
        try
        {
            await PumpAsync(process, [reading, WriteAsync(request, process, both.Token), errors]).ConfigureAwait(false);
#pragma warning restore CA2025
            await process.WaitForExitAsync(both.Token).ConfigureAwait(false);
            return new ProcessResult(process.ExitCode, Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException failure) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Kill(process);
            throw new ProcessException($"{request.FileName} took longer than {request.Timeout.TotalSeconds:0} s and was ended", timedOut: true, failure);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }
    }

    /// <summary>Waits for all pumps; the first that fails takes the process down, so that the others end too.</summary>
    private static async Task PumpAsync(Process process, List<Task> pumps)
    {
        var open = new List<Task>(pumps);
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open).ConfigureAwait(false);
            open.Remove(done);
            if (!done.IsCompletedSuccessfully)
                Kill(process);
        }

        await Task.WhenAll(pumps).ConfigureAwait(false);
    }

    private static ProcessStartInfo StartInfo(ProcessRequest request)
    {
        var start = new ProcessStartInfo(request.FileName, request.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.WorkingDirectory ?? "",
        };
        if (!request.InheritsEnvironment)
        {
            start.Environment.Clear();
            start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
            start.Environment["LC_ALL"] = "C";
        }

        foreach (var (name, value) in request.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static async Task WriteAsync(ProcessRequest request, Process process, CancellationToken cancellationToken)
    {
        try
        {
            if (request.WriteInput is { } write)
                await write(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            await process.StandardInput.BaseStream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The process ended before it read everything: its exit code and its words say why.
        }
        finally
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // As above.
            }
        }
    }

    private static async Task ReadToEndAsync(Stream stream, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await read(stream, cancellationToken).ConfigureAwait(false);
        var rest = new byte[4096];
        while (await stream.ReadAsync(rest, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private static async Task KeepAsync(ProcessRequest request, Stream stream, MemoryStream kept, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (kept.Length + count > request.MaxOutputBytes)
                throw new ProcessException($"{request.FileName} printed more than {request.MaxOutputBytes} bytes", timedOut: false);
            await kept.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> ReadBoundedAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            await kept.WriteAsync(buffer.AsMemory(0, (int)Math.Min(count, most - kept.Length)), cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }
}
